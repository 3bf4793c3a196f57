import type { ReactNode } from 'react'
import classes from './evaluation.module.css'

/** Scrolls sideways where its content is wider than the page, also by keyboard. */
export function ScrollBox({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.scroll} role="region" aria-label={name} tabIndex={0}>
      {children}
    </div>
  )
}
