import { Button, Menu } from '@mantine/core'
import { Link, useLocation } from '@tanstack/react-router'
import { Icon } from './icon.tsx'
import classes from './shell.module.css'
import { usePages } from './use-pages.ts'

/** All pages in a line; a narrow window shows the menu in its place. */
export function PageLinks() {
  return (
    <nav aria-label="Pages" className={classes.pages}>
      {usePages().map(({ to, label }) => (
        <Link key={to} to={to} className={classes.link ?? ''}>
          {label}
        </Link>
      ))}
    </nav>
  )
}

export function PageMenu() {
  const pages = usePages()
  const { pathname } = useLocation()
  const here = pages.find(({ to }) => pathname.startsWith(to))
  return (
    <nav aria-label="Pages" className={classes.pageMenu}>
      <Menu position="bottom-start" width={220}>
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            className={classes.pageMenuButton ?? ''}
            leftSection={<Icon name="menu" />}
          >
            {here?.label ?? 'Pages'}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {pages.map(({ to, label }) => (
            <Menu.Item
              key={to}
              fw={to === here?.to ? 600 : undefined}
              renderRoot={(props) => <Link to={to} {...props} />}
            >
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </nav>
  )
}
