import type { ChangeView } from '../../../src/schema/change-views.ts'
import { PageSection, Quiet } from '../../components/page.tsx'
import { When } from '../../components/when.tsx'
import { decisions as words } from './change-words.ts'
import classes from './changes.module.css'

/** What people said, oldest first; struck out what does not count. */
export function Decisions({ change: { decisions, state } }: { change: ChangeView }) {
  if (decisions.length === 0) {
    if (state !== 'open') return null
    return (
      <PageSection title="Decisions">
        <Quiet>Nobody has decided yet.</Quiet>
      </PageSection>
    )
  }
  return (
    <PageSection title="Decisions">
      <ol className={classes.decisions}>
        {decisions.map(({ person, decision, counts, reason, solo, decidedAt }, at) => {
          const said = (
            <>
              <bdi className={classes.person}>{person.name}</bdi> {words[decision]}
            </>
          )
          return (
            <li key={at} data-counts={counts}>
              {counts ? said : <del>{said}</del>}{' '}
              <span className={classes.quiet}>
                <When at={decidedAt} />
                {solo && ', in solo mode: one person held two roles'}
                {!counts && ', does not count'}
              </span>
              {reason !== null && <blockquote>{reason}</blockquote>}
            </li>
          )
        })}
      </ol>
    </PageSection>
  )
}
