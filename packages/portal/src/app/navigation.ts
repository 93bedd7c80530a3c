import {
  IconApps,
  IconBook2,
  IconChecklist,
  IconDatabaseCog,
  IconHistory,
  IconHome,
  IconKey,
  IconRoute,
  IconServer2,
  IconStack2,
  IconTopologyStar3,
  IconWorld,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Role } from '../account/role.ts';

export interface Destination {
  label: string;
  to: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  /** Shown from this role on. */
  role: Role;
}

export interface Section {
  label: string;
  destinations: readonly Destination[];
}

/** Where the navigation leads. What somebody may not use is not shown. */
export const SECTIONS: readonly Section[] = [
  {
    label: 'Discover',
    destinations: [
      { label: 'Home', to: '/', icon: IconHome, role: 'viewer' },
      { label: 'Catalog', to: '/catalog', icon: IconStack2, role: 'viewer' },
    ],
  },
  {
    label: 'Use',
    destinations: [
      { label: 'Apps', to: '/apps', icon: IconApps, role: 'viewer' },
      { label: 'Access requests', to: '/requests', icon: IconChecklist, role: 'viewer' },
    ],
  },
  {
    label: 'Publish',
    destinations: [
      { label: 'APIs', to: '/console/apis', icon: IconRoute, role: 'viewer' },
      { label: 'Backend services', to: '/console/backends', icon: IconServer2, role: 'viewer' },
      { label: 'Domains', to: '/console/domains', icon: IconWorld, role: 'viewer' },
    ],
  },
  {
    label: 'Operate',
    destinations: [
      { label: 'Nodes', to: '/operations/nodes', icon: IconTopologyStar3, role: 'viewer' },
      { label: 'Catalog sources', to: '/operations/catalog', icon: IconDatabaseCog, role: 'viewer' },
      { label: 'Audit', to: '/operations/audit', icon: IconHistory, role: 'viewer' },
      { label: 'Access tokens', to: '/operations/tokens', icon: IconKey, role: 'admin' },
      { label: 'Management API', to: '/reference', icon: IconBook2, role: 'viewer' },
    ],
  },
];
