import {
  type AlertFactory,
  type AnchorFactory,
  type BadgeFactory,
  type ButtonFactory,
  createTheme,
  type DrawerFactory,
  type ExtendComponent,
  type FactoryPayload,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
  type MantineThemeComponent,
  type MenuFactory,
  type ModalFactory,
  type PaperFactory,
  type TableFactory,
  type TableScrollContainerProps,
  type TabsFactory,
  type TextFactory,
  type TooltipFactory,
} from '@mantine/core';

/** Blue of the gate, from tint to shade. The sixth is used for fills, the seventh for text on white (contrast over 7:1). */
const gate: MantineColorsTuple = [
  '#eef1fd',
  '#dbe0f8',
  '#b5bff0',
  '#8d9ce8',
  '#6b7de1',
  '#5568dc',
  '#4356cf',
  '#3646ab',
  '#2c3a8f',
  '#222d70',
];

/** Neutral greys with a trace of blue. */
const gray: MantineColorsTuple = [
  '#f8f9fb',
  '#f1f3f6',
  '#e6e9ee',
  '#d9dde4',
  '#c3c9d3',
  '#98a1af',
  '#687282',
  '#4a5363',
  '#2f3744',
  '#1b212b',
];

const dark: MantineColorsTuple = [
  '#d5d9e0',
  '#b3bac6',
  '#98a1af',
  '#6f7989',
  '#414957',
  '#323945',
  '#262c36',
  '#1b1f27',
  '#15181e',
  '#101216',
];

/* What says how something is. The sixth carries white text, the ninth is text on a tint of it: both over 4.5:1. */
const red: MantineColorsTuple = [
  '#fef1f0',
  '#fbdedb',
  '#f6bab5',
  '#ee8f88',
  '#e5675e',
  '#d2433b',
  '#bf322c',
  '#9f2722',
  '#82201c',
  '#661a17',
];

const orange: MantineColorsTuple = [
  '#fef2e9',
  '#fce0cb',
  '#f8bf95',
  '#f29a5e',
  '#e87832',
  '#d05e17',
  '#b04b0f',
  '#8f3d0e',
  '#73320d',
  '#5a280c',
];

const yellow: MantineColorsTuple = [
  '#fdf6e3',
  '#faeac0',
  '#f5d588',
  '#eebd4e',
  '#e3a528',
  '#c98a12',
  '#9a6607',
  '#7d5206',
  '#644206',
  '#4e3205',
];

const teal: MantineColorsTuple = [
  '#e8f7f1',
  '#cdeee0',
  '#9fdfc4',
  '#6bcda5',
  '#3fb98a',
  '#22a274',
  '#14805a',
  '#11684a',
  '#0f543c',
  '#0c4130',
];

export const colorSchemeManager = localStorageColorSchemeManager({ key: 'gatehouse-color-scheme' });

/** A color of the theme, mixed into the panel: the same calm tint on light and dark. */
const tint = (color: string | undefined, percent: number) =>
  `color-mix(in srgb, var(--mantine-color-${color ?? 'gate'}-6) ${percent}%, var(--panel-background))`;
const inkOf = (color: string | undefined) =>
  `light-dark(var(--mantine-color-${color ?? 'gate'}-9), var(--mantine-color-${color ?? 'gate'}-2))`;

const alertTint = (color: string | undefined) => ({
  '--alert-bg': tint(color, 7),
  '--alert-bd': `1px solid ${tint(color, 32)}`,
  '--alert-color': inkOf(color),
});

const badgeTint = (color: string | undefined) => ({ '--badge-bg': tint(color, 13), '--badge-color': inkOf(color) });

const badgeOutline = (color: string | undefined) => ({
  '--badge-color': color === 'gray' ? 'var(--text-quiet)' : inkOf(color),
  '--badge-bd': `1px solid ${color === 'gray' ? 'var(--mantine-color-default-border)' : tint(color, 45)}`,
});

/** What `extend` of a component is, without having every component that is themed loaded with the theme. */
const extend = <Payload extends FactoryPayload>(given: ExtendComponent<Payload>): MantineThemeComponent => given;

export const theme = createTheme({
  primaryColor: 'gate',
  primaryShade: { light: 6, dark: 5 },
  colors: { gate, gray, dark, red, orange, yellow, teal },
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '12px', sm: '13.5px', md: '15px', lg: '17px', xl: '20px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.55', lg: '1.5', xl: '1.4' },
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '24px', lineHeight: '1.25' },
      h2: { fontSize: '18px', lineHeight: '1.35' },
      h3: { fontSize: '15px', lineHeight: '1.4' },
      h4: { fontSize: '13.5px', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'sm',
  radius: { xs: '3px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Alert: extend<AlertFactory>({
      defaultProps: { variant: 'light' },
      vars: (_, { color, variant }) => ({ root: variant === 'light' ? alertTint(color) : {} }),
    }),
    Anchor: extend<AnchorFactory>({ defaultProps: { underline: 'hover' } }),
    Badge: extend<BadgeFactory>({
      defaultProps: { variant: 'light', radius: 'sm', size: 'sm' },
      styles: { root: { textTransform: 'none', fontWeight: 550, fontSize: '11.5px', height: '20px' } },
      vars: (_, { color, variant }) => ({
        root: variant === 'light' ? badgeTint(color) : variant === 'outline' ? badgeOutline(color) : {},
      }),
    }),
    Button: extend<ButtonFactory>({ defaultProps: { size: 'sm' }, styles: { root: { fontWeight: 550 } } }),
    // A menu has nothing in it but items: the first takes the focus.
    Menu: extend<MenuFactory>({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Drawer: extend<DrawerFactory>({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
    Modal: extend<ModalFactory>({
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.45 },
        transitionProps: { duration: 120 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
      styles: { title: { fontSize: '16px', fontWeight: 620, overflowWrap: 'anywhere' } },
    }),
    Paper: extend<PaperFactory>({ defaultProps: { withBorder: true } }),
    Table: extend<TableFactory>({
      defaultProps: { verticalSpacing: 8, horizontalSpacing: 'md', fz: 'sm' },
      styles: { th: { color: 'var(--text-quiet)', fontSize: '12.5px', fontWeight: 600, whiteSpace: 'nowrap' } },
    }),
    // What scrolls must be reachable by keyboard.
    TableScrollContainer: {
      defaultProps: {
        scrollAreaProps: { offsetScrollbars: false, viewportProps: { tabIndex: 0 } },
      } satisfies Partial<TableScrollContainerProps>,
    },
    Tabs: extend<TabsFactory>({ defaultProps: { keepMounted: false } }),
    Text: extend<TextFactory>({ defaultProps: { size: 'sm' } }),
    Tooltip: extend<TooltipFactory>({ defaultProps: { openDelay: 350, withArrow: true } }),
  },
});
