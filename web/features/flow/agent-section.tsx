import { Badge, Button } from '@mantine/core'
import { useState } from 'react'
import type { EvaluationEntry } from '../../../src/schema/api/evaluations.ts'
import type { AgentAcceptance, FlowAgent } from '../../../src/schema/api/flows.ts'
import { useMe } from '../../components/use-me.ts'
import { AgentNumbers } from './agent-numbers.tsx'
import { DraftEditor } from './draft-editor.tsx'
import classes from './flow.module.css'

type Props = {
  agent: FlowAgent
  /** Null when there is none or it may not be seen. */
  feedback: AgentAcceptance | null
  evaluations: EvaluationEntry[]
}

export function AgentSection({ agent, feedback, evaluations }: Props) {
  const { may } = useMe()
  const [isEdited, setEdited] = useState(false)
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
            aria-expanded={isEdited}
            onClick={() => setEdited(!isEdited)}
          >
            {isEdited ? 'Close the draft' : 'Edit a draft'}
          </Button>
        )}
      </div>
      <p className={classes.quiet}>
        Reports “{agent.type}”{agent.description !== '' && ` · ${agent.description}`}
      </p>
      {agent.gap !== null && <p className={classes.gap}>It does not run: {agent.gap}.</p>}
      <AgentNumbers type={agent.type} feedback={feedback} evaluations={evaluations} />
      {isEdited ? (
        <DraftEditor agent={agent} />
      ) : (
        agent.files.map(({ name, text }) => (
          <details key={name} className={classes.file}>
            <summary>{name}</summary>
            <pre tabIndex={0} aria-label={`Text of ${agent.name}/${name}`} role="region">
              {text}
            </pre>
          </details>
        ))
      )}
    </section>
  )
}
