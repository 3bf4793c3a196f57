import { Modal } from '@mantine/core'
import { useEffect, useState, type ReactNode } from 'react'
import classes from './dialog.module.css'

type Props = { opened: boolean; close: () => void; title: string; children: ReactNode }

/** Mantine's own header would be a second banner of the page. */
export function Dialog({ opened, close, title, children }: Props) {
  useGiveBack(opened)
  return (
    <Modal.Root opened={opened} onClose={close}>
      <Modal.Overlay />
      <Modal.Content>
        <div className={classes.head}>
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

/**
 * Mantine gives the keyboard back to where it was when a dialog closes, but not when it is taken away open, as most
 * are.
 */
function useGiveBack(opened: boolean): void {
  const [before] = useState(() => (opened ? document.activeElement : null))
  useEffect(
    () => () => {
      const isNowhere = document.activeElement === null || document.activeElement === document.body
      if (isNowhere && before instanceof HTMLElement) before.focus({ preventScroll: true })
    },
    [before],
  )
}
