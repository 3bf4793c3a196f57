import { Button } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { AuditHead } from '../../../src/schema/audit.ts'
import { Failure } from '../../components/failure.tsx'
import { Quiet } from '../../components/page.tsx'
import { TextField } from '../../components/text-field.tsx'
import classes from './audit.module.css'

type Props = { kept: AuditHead | null; onKept: (kept: AuditHead | null) => void }

/** Compares the log with a head that somebody kept elsewhere. */
export function KeptHead({ kept, onKept }: Props) {
  const [text, setText] = useState('')
  const [isWrong, setWrong] = useState(false)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const head = readHead(text)
    setWrong(head === null)
    if (head !== null) onKept(head)
  }
  return (
    <details className={classes.kept}>
      <summary>Compare with a head that you kept</summary>
      <Quiet>
        A chain alone cannot show that its newest entries were cut off, or that all of it was
        written anew. Keep the head somewhere else from time to time, and compare it here later.
      </Quiet>
      <form className={classes.line} aria-label="Compare with a head" onSubmit={submit}>
        <TextField
          label="Head"
          placeholder="number:hash"
          required
          withAsterisk={false}
          w={340}
          maw="100%"
          value={text}
          onChange={setText}
        />
        <Button type="submit" size="xs" variant="default">
          Compare
        </Button>
        {kept !== null && (
          <Button size="xs" variant="default" onClick={() => onKept(null)}>
            Compare with none
          </Button>
        )}
        {isWrong && <Failure sentence="A head is a number, a colon and 64 hexadecimal digits." />}
      </form>
    </details>
  )
}

function readHead(text: string): AuditHead | null {
  const [, sequence, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/u.exec(text.trim()) ?? []
  if (sequence === undefined || hash === undefined) return null
  return { sequence: Number(sequence), hash }
}
