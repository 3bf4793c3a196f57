import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import type { DocumentEntry } from '../../../src/schema/workplace.ts'
import { useMe } from '../../components/use-me.ts'
import classes from './documents.module.css'
import { needsPassword } from './readable.ts'
import { PasswordDialog } from './password-dialog.tsx'

/** Why a file could not be read, and what helps. */
export function Unreadable({ document }: { document: DocumentEntry }) {
  const { may } = useMe()
  const [asking, setAsking] = useState(false)
  if (needsPassword(document) && may('documents:upload')) {
    return (
      <>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Give the password of ${document.name}`}
          onClick={() => setAsking(true)}
        >
          Give the password
        </Button>
        {asking && <PasswordDialog document={document} close={() => setAsking(false)} />}
      </>
    )
  }
  const why = document.error?.message ?? 'It could not be read.'
  return (
    <Text size="sm" c="var(--failure)" title={why} lineClamp={2} className={classes.reason}>
      {why}
    </Text>
  )
}
