import { Badge, Button } from '@mantine/core'
import { useState } from 'react'
import type { EvaluationEntry } from '../../../src/schema/api/evaluations.ts'
import type { AgentAcceptance, DraftEntry, FlowAgent } from '../../../src/schema/api/flows.ts'
import { Quiet } from '../../components/page.tsx'
import { useKeepTyped } from '../../components/use-keep-typed.ts'
import { useMe } from '../../components/use-me.ts'
import { AgentNumbers } from './agent-numbers.tsx'
import { NewDraft, OpenedDraft } from './draft-editor.tsx'
import { Drafts } from './drafts.tsx'
import classes from './flow.module.css'

/** Nothing, what is in use, or a draft that was made before. */
type Edited = null | { version: string | null }

type Props = {
  agent: FlowAgent
  drafts: DraftEntry[]
  /** Null when there is none or it may not be seen. */
  feedback: AgentAcceptance | null
  /** Newest first. */
  evaluations: EvaluationEntry[]
  /** Whether there are no older ones. */
  isWhole: boolean
}

export function AgentSection({ agent, drafts, feedback, ...measured }: Props) {
  const { may } = useMe()
  const [edited, setEdited] = useState<Edited>(null)
  const [isTyped, setTyped] = useState(false)
  const mayLeave = useKeepTyped(
    isTyped,
    `Leave without a draft of what you typed for ${agent.name}?`,
  )
  const edit = (next: Edited): void => {
    if (mayLeave()) setEdited(next)
  }
  const heading = `agent-${agent.name}`
  return (
    <section className={classes.agent} aria-labelledby={heading}>
      <div className={classes.head}>
        <h2 id={heading}>{agent.name}</h2>
        <Badge variant="default" tt="none" fw={400}>
          {agent.engine === 'rules' ? 'Rules' : `Prompt, model ${agent.model ?? '–'}`}
        </Badge>
        {may('flows:draft') && (
          <Button
            size="compact-sm"
            variant="default"
            aria-expanded={edited !== null}
            onClick={() => edit(edited === null ? { version: null } : null)}
          >
            {edited === null ? 'Edit a draft' : 'Close the draft'}
          </Button>
        )}
      </div>
      <Quiet>
        Reports “{agent.type}”{agent.description !== '' && ` · ${agent.description}`}
      </Quiet>
      {agent.gap !== null && <p className={classes.gap}>It does not run: {agent.gap}.</p>}
      <AgentNumbers type={agent.type} feedback={feedback} {...measured} />
      <Drafts
        drafts={drafts}
        opened={edited?.version ?? null}
        onOpen={(version) => edit({ version })}
      />
      <Texts agent={agent} edited={edited} onTyped={setTyped} />
    </section>
  )
}

type TextsProps = { agent: FlowAgent; edited: Edited; onTyped: (isTyped: boolean) => void }

function Texts({ agent, edited, onTyped }: TextsProps) {
  if (edited === null)
    return agent.files.map((file) => <FileText key={file.name} {...file} agent={agent.name} />)
  const draft = { agent, onTyped }
  if (edited.version === null) return <NewDraft {...draft} />
  return <OpenedDraft key={edited.version} {...draft} version={edited.version} />
}

function FileText({ agent, name, text }: { agent: string; name: string; text: string }) {
  return (
    <details className={classes.file}>
      <summary>{name}</summary>
      <pre tabIndex={0} aria-label={`Text of ${agent}/${name}`} role="region">
        {text}
      </pre>
    </details>
  )
}
