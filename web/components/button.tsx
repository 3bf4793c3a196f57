import { Button as MantineButton, type ButtonProps, type ElementProps } from '@mantine/core'
import type { MouseEvent } from 'react'

type Props = ButtonProps & ElementProps<'button', keyof ButtonProps>

/**
 * While it works, or has nothing to do, it takes no press and keeps the keyboard: from one that is disabled a browser
 * takes it away, out of a dialog, too.
 */
export function Button({ onClick, ...props }: Props) {
  const isOff = props.disabled === true || props.loading === true
  return (
    <MantineButton
      {...props}
      aria-disabled={isOff || undefined}
      onClick={isOff ? takeNoPress : onClick}
      renderRoot={(root) => <button {...root} disabled={false} />}
    />
  )
}

/** Nor is its form sent, by Enter in a field either. */
function takeNoPress(event: MouseEvent): void {
  event.preventDefault()
}
