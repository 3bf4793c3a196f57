import { ActionIcon, AppShell, Group, Text, useMantineColorScheme } from '@mantine/core'
import { Link, Outlet } from '@tanstack/react-router'
import classes from './shell.module.css'

const pages = [{ to: '/documents', label: 'Documents' }] as const

/** The frame of every page: where one can go, and light or dark. */
export function Shell() {
  return (
    <AppShell header={{ height: 44 }} padding="md">
      <AppShell.Header className={classes.header}>
        <Group h="100%" px="md" gap="lg" wrap="nowrap">
          <Text fw={600}>Proofloop</Text>
          <Group component="nav" aria-label="Pages" gap="xs" wrap="nowrap" flex={1}>
            {pages.map(({ to, label }) => (
              <Link key={to} to={to} className={classes.link ?? ''}>
                {label}
              </Link>
            ))}
          </Group>
          <ColorSchemeSwitch />
        </Group>
      </AppShell.Header>
      <AppShell.Main>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  )
}

function ColorSchemeSwitch() {
  const { toggleColorScheme } = useMantineColorScheme()
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label="Light or dark"
      onClick={toggleColorScheme}
    >
      ◐
    </ActionIcon>
  )
}
