import { Button, Group } from '@mantine/core'
import type { ReviewedIssue } from '../../../src/schema/workplace.ts'
import { standingOf } from './judged.ts'
import type { Workplace } from './use-workplace.ts'

/** The keys stand in the names of the buttons, where one learns them. */
export function CardActions({ reviewed, work }: { reviewed: ReviewedIssue; work: Workplace }) {
  if (!work.may('verdicts:write')) return null
  const own = standingOf(reviewed, work.me.id)
  return (
    <Group gap={6} mt={8}>
      <Button
        size="compact-sm"
        variant={own?.judgement.kind === 'accepted' ? 'filled' : 'light'}
        color="teal"
        c={own?.judgement.kind === 'accepted' ? undefined : 'light-dark(#055c43, #96f2d7)'}
        aria-keyshortcuts="a"
        onClick={() => work.judge({ kind: 'accepted' })}
      >
        Accept <Key>a</Key>
      </Button>
      <Button
        size="compact-sm"
        variant={own?.judgement.kind === 'dismissed' ? 'filled' : 'light'}
        color="red"
        aria-keyshortcuts="d"
        onClick={() => work.open('dismiss')}
      >
        Dismiss <Key>d</Key>
      </Button>
      <Button
        size="compact-sm"
        variant={own?.judgement.kind === 'edited' ? 'filled' : 'light'}
        color="blue"
        aria-keyshortcuts="e"
        onClick={() => work.open('edit')}
      >
        Edit <Key>e</Key>
      </Button>
      {own !== undefined && (
        <Button size="compact-sm" variant="default" aria-keyshortcuts="u" onClick={work.undo}>
          Undo <Key>u</Key>
        </Button>
      )}
    </Group>
  )
}

/** What a button's key is; screen readers are told by `aria-keyshortcuts`. */
export function Key({ children }: { children: string }) {
  return (
    <span aria-hidden="true" style={{ marginInlineStart: 6, fontWeight: 400 }}>
      {children}
    </span>
  )
}
