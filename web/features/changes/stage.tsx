import classes from './changes.module.css'
import { stageInWords, untold } from './change-words.ts'

/** Where a change is, in a few words. */
export function Stage({ stage, isUntold = false }: { stage: string; isUntold?: boolean }) {
  const { words, tone } = isUntold ? untold : stageInWords(stage)
  return (
    <strong className={classes.tone} data-tone={tone}>
      {words}
    </strong>
  )
}
