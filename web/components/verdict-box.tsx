import type { ReactNode } from 'react'
import type { GateVerdict } from '../../src/schema/stored-gate.ts'
import classes from './verdict-box.module.css'

/** A verdict that is told by its color, too, with its reasons. `verdict`: null while there is none. */
export function VerdictBox({
  verdict,
  reasons,
  children,
}: {
  verdict: GateVerdict | null
  reasons: readonly string[]
  children: ReactNode
}) {
  return (
    <div className={classes.verdict} data-verdict={verdict} role="status">
      {children}
      {reasons.length > 0 && (
        <ul>
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
    </div>
  )
}
