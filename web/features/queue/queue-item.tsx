import { Link } from '@tanstack/react-router'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { factsInWords } from './queue-work.ts'
import classes from './queue.module.css'

export function QueueItem({ document }: { document: DocumentEntry }) {
  const { newestReview, name } = document
  if (newestReview === null) return null
  return (
    <li>
      <Link
        to="/reviews/$review"
        params={{ review: newestReview.id }}
        className={classes.item ?? ''}
      >
        <span className={classes.name}>{name}</span>
        <span className={classes.facts}>{factsInWords(document)}</span>
      </Link>
    </li>
  )
}
