import { Button } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import classes from './settings.module.css'

/** A link or a secret that is not shown again. */
export function ShownOnce({ label, value }: { label: string; value: string }) {
  const clipboard = useClipboard()
  return (
    <div className={classes.secret} role="status">
      <span>{label}</span>
      <code>{value}</code>
      <Button size="compact-xs" variant="default" onClick={() => clipboard.copy(value)}>
        {clipboard.copied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  )
}
