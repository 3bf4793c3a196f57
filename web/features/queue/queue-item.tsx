import { Link } from '@tanstack/react-router'
import { count } from '../../../src/schema/figure-words.ts'
import type { DocumentEntry, IssueTally } from '../../../src/schema/workplace.ts'
import classes from './queue.module.css'

export function QueueItem({ document }: { document: DocumentEntry }) {
  const { newestReview, name, pages } = document
  if (newestReview === null) return null
  const all = countOf(newestReview.issues)
  return (
    <li>
      <Link
        to="/reviews/$review"
        params={{ review: newestReview.id }}
        className={classes.item ?? ''}
      >
        <span className={classes.name}>{name}</span>
        <span className={classes.facts}>
          {pages === null ? '' : `${count(pages, 'page')} · `}
          {all - newestReview.issues.open} of {all} reviewed
        </span>
      </Link>
    </li>
  )
}

function countOf({ open, accepted, edited, dismissed, disputed }: IssueTally): number {
  return open + accepted + edited + dismissed + disputed
}
