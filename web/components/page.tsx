import { Title } from '@mantine/core'
import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'
import classes from './page.module.css'
import { usePageTitle } from './use-page-title.ts'

export type PageProps = {
  /** What the tab and the history call it. */
  name: string
  /** The heading, where it is more than the name. */
  heading?: ReactNode
  /** Where the page hangs below another one. */
  back?: Pick<LinkProps, 'to' | 'params'> & { label: string }
  actions?: ReactNode
  children: ReactNode
}

/** The frame that all pages share but the one of a review, which needs every pixel. */
export function Page({ name, heading = name, back, actions, children }: PageProps) {
  usePageTitle(name)
  return (
    <div className={classes.page}>
      {back !== undefined && (
        <Link to={back.to} params={back.params} className={classes.back ?? ''}>
          <Icon name="back" size={14} />
          {back.label}
        </Link>
      )}
      <div className={classes.head}>
        <Title order={1} size="h4">
          {heading}
        </Title>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  )
}

export function PageSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.section} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}

/** What explains and need not be read first. */
export function Quiet({ children }: { children: ReactNode }) {
  return <p className={classes.quiet}>{children}</p>
}

/** For those who hear the page. */
export function Unseen({ children }: { children: ReactNode }) {
  return <span className={classes.unseen}>{children}</span>
}
