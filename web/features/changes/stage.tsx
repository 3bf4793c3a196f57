import classes from './changes.module.css'
import { stageInWords } from './change-words.ts'

/** Where a change is, in a few words. */
export function Stage({ stage }: { stage: string }) {
  const { words, tone } = stageInWords(stage)
  return (
    <strong className={classes.tone} data-tone={tone}>
      {words}
    </strong>
  )
}
