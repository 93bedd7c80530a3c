import { AppShell, Burger, Kbd } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { AccountButton } from '../account/account-button.tsx';
import { useMe } from '../account/use-me.ts';
import { useSearchKeys } from '../search/use-search-keys.ts';
import { Later } from '../ui/later.tsx';
import { lazyPart } from '../ui/lazy-part.tsx';
import { SECTIONS } from './navigation.ts';
import classes from './shell.module.css';

const AccountMenu = lazyPart(() => import('../account/account-menu.tsx'), 'AccountMenu');
const SearchDialog = lazyPart(() => import('../search/search-dialog.tsx'), 'SearchDialog');
const SessionEnded = lazyPart(() => import('../account/session-ended.tsx'), 'SessionEnded');

/** What is around every page: navigation, search, account. */
export function Shell() {
  const [navigationOpen, navigation] = useDisclosure(false);
  const [searching, search] = useDisclosure(false);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: it closes when the page changes
  useEffect(() => navigation.close(), [path]);
  useSearchKeys(search.open);
  return (
    <AppShell header={{ height: 52 }} navbar={{ width: 216, breakpoint: 'md', collapsed: { mobile: !navigationOpen } }} padding={0}>
      <a className="skip-link" href="#main">
        Skip to the page
      </a>
      <AppShell.Header className={classes.header}>
        <Burger
          opened={navigationOpen}
          onClick={navigation.toggle}
          hiddenFrom="md"
          size="sm"
          aria-label="Navigation"
          aria-expanded={navigationOpen}
        />
        <Link to="/" className={classes.brand} aria-label="Gatehouse, home">
          <img src="/gatehouse.svg" width={24} height={24} alt="" />
          <span className="mantine-visible-from-sm">Gatehouse</span>
        </Link>
        <button type="button" className={classes.search} onClick={search.open} aria-haspopup="dialog" aria-keyshortcuts="/ Control+K">
          <IconSearch size={16} />
          <span className={classes.searchText}>Search APIs, operations, owners…</span>
          <Kbd size="xs" visibleFrom="sm">
            /
          </Kbd>
        </button>
        <Account />
      </AppShell.Header>
      <AppShell.Navbar className={classes.navigation} aria-label="Main">
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main className={classes.main} id="main" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
      <Later now={searching}>
        <SearchDialog opened={searching} onClose={search.close} />
      </Later>
      <Later>
        <SessionEnded />
      </Later>
    </AppShell>
  );
}

function Account() {
  const [opened, setOpened] = useState(false);
  return (
    <Later now={opened} fallback={<AccountButton onClick={() => setOpened(true)} />}>
      <AccountMenu defaultOpened={opened} />
    </Later>
  );
}

function Navigation() {
  const me = useMe();
  return (
    <>
      {SECTIONS.map(({ label, destinations }) => {
        const shown = destinations.filter(({ role }) => me.can(role));
        if (shown.length === 0) return null;
        return (
          <section key={label} className={classes.section} aria-label={label}>
            <div className={classes.sectionTitle} aria-hidden>
              {label}
            </div>
            {shown.map(({ label, to, icon: Icon }) => (
              <Link key={to} to={to} className={classes.link} activeOptions={{ exact: to === '/' }}>
                <Icon size={17} stroke={1.7} />
                {label}
              </Link>
            ))}
          </section>
        );
      })}
    </>
  );
}
