import { Button } from '@mantine/core'
import { type RefObject, useState } from 'react'
import type { MistakeInContext } from '../../../src/schema/evaluation-details.ts'
import report from '../../components/evaluation/evaluation.module.css'
import { MistakePlace, MistakeSides } from '../../components/evaluation/mistake-item.tsx'
import classes from './mistakes.module.css'

const atOnce = 50

type Props = {
  ref: RefObject<HTMLOListElement | null>
  mistakes: MistakeInContext[]
  chosen: number
  onChoose: (index: number) => void
}

/** One of them is chosen, and shown in its document. */
export function MistakeList({ ref, mistakes, chosen, onChoose }: Props) {
  const [wanted, setWanted] = useState(atOnce)
  const shown = Math.max(wanted, chosen + 1)
  return (
    <div className={classes.list}>
      <ol ref={ref} className={report.mistakes}>
        {mistakes.slice(0, shown).map((mistake, index) => (
          <li key={index} className={classes.item} data-chosen={index === chosen || undefined}>
            <button
              type="button"
              className={classes.choose}
              aria-current={index === chosen ? 'true' : undefined}
              onClick={() => onChoose(index)}
            >
              <MistakePlace mistake={mistake} />
            </button>
            <MistakeSides mistake={mistake} />
          </li>
        ))}
      </ol>
      {mistakes.length > shown && (
        <Button
          size="compact-sm"
          variant="default"
          m="xs"
          onClick={() => setWanted(shown + atOnce)}
        >
          Show {Math.min(atOnce, mistakes.length - shown)} more
        </Button>
      )}
    </div>
  )
}
