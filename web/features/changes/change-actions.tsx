import { Button, Textarea } from '@mantine/core'
import type { ReactNode } from 'react'
import { count } from '../../../src/schema/figure-words.ts'
import type { ChangeView } from '../../../src/schema/change-views.ts'
import { sentenceOf } from '../../api.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { Quiet } from '../../components/page.tsx'
import { shortHash } from '../../components/short-hash.ts'
import { retryOf } from './change-words.ts'
import classes from './changes.module.css'
import type { Acting, Action } from './use-acting.ts'

type Props = { change: ChangeView; acting: Acting }

/** What one may do, each said of exactly which commit. */
export function ChangeActions({ change, acting }: Props) {
  const { allowed, ask, isMoved } = acting
  const shown = actions.filter(({ what }) => allowed[what])
  return (
    <>
      {isMoved && (
        <div className={classes.moved} role="alert">
          <span>
            It moved while you looked: something else would be merged now, or the gate has answered
            anew. {acting.isRefused && 'Nothing was decided. '}What you see is how it is now.
          </span>
          <Button size="compact-xs" variant="default" onClick={acting.lookedAgain}>
            I have looked again
          </Button>
        </div>
      )}
      {shown.length > 0 && (
        <div className={classes.actions} role="group" aria-label="What you may do">
          {shown.map(({ what, words, key }) => (
            <Button
              key={what}
              size="xs"
              variant={what === 'approved' || what === 'overridden' ? 'filled' : 'default'}
              aria-keyshortcuts={key}
              onClick={() => ask(what)}
            >
              {what === 'retry' && retryOf(change) === 'gate' ? 'Ask the gate once more' : words}
            </Button>
          ))}
          {change.revision !== null && (
            <Quiet>
              Of commit <Commit hash={change.revision.head} />
            </Quiet>
          )}
        </div>
      )}
      <Asked change={change} acting={acting} />
    </>
  )
}

const actions = [
  { what: 'approved', words: 'Approve', key: 'a' },
  { what: 'overridden', words: 'Override the gate', key: 'o' },
  { what: 'changes-requested', words: 'Ask for changes', key: 'c' },
  { what: 'retry', words: 'Try again', key: 't' },
  { what: 'close', words: 'Close', key: undefined },
] as const

function Commit({ hash }: { hash: string }) {
  return <code title={hash}>{shortHash(hash)}</code>
}

function Asked({ change, acting }: Props) {
  if (acting.asked === null) return null
  const how = { acting, forge: change.forge }
  switch (acting.asked.what) {
    case 'approved':
      return (
        <Deciding title="Approve this change?" submit="Approve" {...how}>
          It is merged into the protected branch by itself then.
        </Deciding>
      )
    case 'overridden':
      return (
        <Deciding title="Override the gate?" submit="Override" {...how}>
          The gate cannot tell whether it is as good as what is in production. You decide without
          its word; that you did is in the audit log.
        </Deciding>
      )
    case 'changes-requested':
      return (
        <Deciding title="Ask for changes?" submit="Ask for changes" {...how}>
          It is not merged until something else is pushed.
        </Deciding>
      )
    case 'retry':
      return <Retrying change={change} acting={acting} />
    case 'close':
      return (
        <ConfirmDialog
          title="Close this change?"
          keep="Keep it open"
          confirm="Close it"
          doing={acting.doing}
          onConfirm={acting.doIt}
          close={acting.leave}
        >
          Nothing of it is merged. Its branch stays as it is.
        </ConfirmDialog>
      )
  }
}

type DecidingProps = Pick<ChangeView, 'forge'> & {
  acting: Acting
  title: string
  submit: string
  children: ReactNode
}

/** Who will read why somebody decides so. */
function readersOf(what: Action | undefined, forge: ChangeView['forge']): string {
  if (what !== 'changes-requested') {
    return 'Approvers and custodians read it, nobody else: it may quote figures.'
  }
  const where = forge === 'github' ? 'here and on GitHub' : 'here and in the repository'
  return `Its author reads it, and everybody else who sees the change, ${where}. Say what to change; quote nothing that the gate measured, or texts that are hidden from engineers.`
}

function Deciding({ title, submit, forge, acting, children }: DecidingProps) {
  const { doing, reason, setReason, asked } = acting
  const revision = asked?.revision ?? null
  const isNeeded = asked?.what !== 'approved'
  return (
    <FormDialog
      title={title}
      submit={submit}
      isPending={doing.isPending}
      refusal={doing.error === null ? null : sentenceOf(doing.error)}
      onSubmit={acting.doIt}
      close={acting.leave}
    >
      <p className={classes.asked}>{children}</p>
      {revision !== null && (
        <p className={classes.asked}>
          It counts for commit <Commit hash={revision.head} /> merged into{' '}
          <Commit hash={revision.base} />, and for nothing else: after a push it is void.
        </p>
      )}
      <Textarea
        label={isNeeded ? 'Why' : 'Why (may be left out)'}
        description={`In 10 to 2000 characters. ${readersOf(asked?.what, forge)}`}
        size="sm"
        mt="sm"
        autosize
        minRows={3}
        maxRows={12}
        minLength={10}
        maxLength={2000}
        required={isNeeded}
        data-autofocus
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
    </FormDialog>
  )
}

function Retrying({ change, acting }: Props) {
  const isGate = retryOf(change) === 'gate'
  return (
    <FormDialog
      title={isGate ? 'Ask the gate once more?' : 'Try again?'}
      submit={isGate ? 'Ask, for one of your budget' : 'Try again'}
      isPending={acting.doing.isPending}
      refusal={acting.doing.error === null ? null : sentenceOf(acting.doing.error)}
      onSubmit={acting.doIt}
      close={acting.leave}
    >
      <p className={classes.asked}>
        {isGate
          ? 'The same version is looked at once more, together with the first look. There is no third one.'
          : 'What failed begins again, of the same commit.'}
      </p>
      {change.budget !== null && (
        <p className={classes.asked}>
          {change.budget.left} of your {count(change.budget.of, 'question')} to the gate are left.
        </p>
      )}
    </FormDialog>
  )
}
