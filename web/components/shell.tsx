import { AppShell, Badge, Group, Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { isSignedOut, sentenceOf } from '../api.ts'
import { AccountMenu } from './account-menu.tsx'
import { Bell } from './bell.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { PageLinks, PageMenu } from './navigation.tsx'
import { NotYours } from './not-found.tsx'
import { Page } from './page.tsx'
import { PageFailure, PageLoading } from './page-states.tsx'
import classes from './shell.module.css'
import { SignIn } from './sign-in.tsx'
import { meOptions, useMe } from './use-me.ts'
import { pageAt, usePages } from './use-pages.ts'

/** The frame of every page: where one can go, who one is, and whether the server is there. */
export function Shell() {
  const { data, error, refetch } = useQuery(meOptions())
  if (error !== null && isSignedOut(error)) return <SignIn />
  return (
    <AppShell header={{ height: 44 }} padding={0}>
      <AppShell.Header className={classes.header} withBorder={false}>
        <a href="#main" className={classes.skip}>
          To the content
        </a>
        <Group h="100%" px="md" gap="md" wrap="nowrap">
          <Link to="/" className={classes.brand ?? ''} aria-label="Proofloop">
            <img src="/icon.svg" alt="" width={20} height={20} />
            <span className={classes.brandName}>Proofloop</span>
          </Link>
          {data !== undefined && <Navigation />}
        </Group>
      </AppShell.Header>
      <AppShell.Main id="main" className={classes.main} tabIndex={-1}>
        <ConnectionBanner />
        {data !== undefined && <Content />}
        {data === undefined && error === null && <PageLoading words="Loading" />}
        {data === undefined && error !== null && (
          <Page name="Proofloop">
            <PageFailure
              title="Proofloop cannot be reached"
              sentence={sentenceOf(error)}
              retry={() => void refetch()}
            />
          </Page>
        )}
        <div id="overlays" />
      </AppShell.Main>
    </AppShell>
  )
}

/** The page, where it is for one's roles. */
function Content() {
  const { pathname } = useLocation()
  const page = pageAt(pathname)
  const mine = usePages()
  if (page !== undefined && !mine.includes(page)) return <NotYours label={page.label} />
  return <Outlet />
}

function Navigation() {
  const { soloMode, may } = useMe()
  return (
    <>
      <PageLinks />
      <PageMenu />
      {soloMode && (
        <Tooltip
          label="One person holds every role. It ends when a second account is made."
          multiline
          w={240}
        >
          <Badge variant="light" color="gray" tt="none" className={classes.solo} tabIndex={0}>
            Solo mode
          </Badge>
        </Tooltip>
      )}
      {may('changes:read') && <Bell />}
      <AccountMenu />
    </>
  )
}
