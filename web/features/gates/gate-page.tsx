import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import type { GateReport } from '../../../src/schema/api/gates.ts'
import { wallsInWords } from '../../../src/schema/walls-words.ts'
import { api, sentenceOf } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Failure } from '../../components/failure.tsx'
import { GateFigures } from '../../components/gate/gate-figures.tsx'
import { GateVerdict } from '../../components/gate/gate-verdict.tsx'
import { modelsInWords } from '../../components/gate/gate-words.ts'
import { Page, PageSection } from '../../components/page.tsx'
import { PageFailure, PageLoading } from '../../components/page-states.tsx'
import { useMe } from '../../components/use-me.ts'
import { When } from '../../components/when.tsx'
import { resultOf } from './audits.tsx'
import { AskedOfModels } from './gate-asked.tsx'
import { DocumentsOfGate } from './gate-documents.tsx'
import { MeasureAgain } from './measure-again.tsx'
import classes from './gates.module.css'
import { useGate } from './use-gate.ts'

/** Verdict, reasons and figures of one gate, for who decides. Each look is in the audit log. */
export function GatePage() {
  const { gate } = useParams({ from: '/shell/gates/$gate' })
  const { data, error } = useGate(gate)
  const heading = data === undefined ? undefined : <Heading report={data} />
  return (
    <Page name="One gate" heading={heading} back={{ to: '/gates', label: 'All gates' }}>
      {error !== null && (
        <PageFailure title="The gate cannot be shown" sentence={sentenceOf(error)} />
      )}
      {data === undefined && error === null && <PageLoading words="Loading the gate" />}
      {data !== undefined && <Report report={data} />}
    </Page>
  )
}

function Heading({ report: { gate } }: { report: GateReport }) {
  return (
    <>
      Gate of <When at={gate.startedAt} /> on <bdi>{gate.dataset}</bdi>
    </>
  )
}

function Report({ report }: { report: GateReport }) {
  const { gate, change, sides, comparison, repeats } = report
  const { candidate, baseline, anchor, author, walls, demo, solo, budgetEntry } = gate
  return (
    <>
      <GateVerdict report={report} />
      <dl className={classes.facts}>
        <Fact name="Asked">
          <When at={gate.startedAt} /> by <bdi>{author.name}</bdi>
        </Fact>
        <Fact name="On">
          test of <bdi>{gate.dataset}</bdi>
        </Fact>
        {change !== null && (
          <Fact name="Change">
            <Link to="/changes/$number" params={{ number: String(change) }}>
              #{change}
            </Link>
          </Fact>
        )}
        <Fact name="Candidate">
          <code title={candidate}>{candidate.slice(0, 12)}</code>
        </Fact>
        <Fact name="In production">
          <code title={baseline}>{baseline.slice(0, 12)}</code>
        </Fact>
        <Fact name="Anchor">
          {anchor === null ? 'none' : <code title={anchor}>{anchor.slice(0, 12)}</code>}
        </Fact>
        <Fact name="Runs over each document">{repeats}</Fact>
        <Fact name="Kept apart by">
          {wallsInWords(walls)}
          {demo && '; demo mode: any walls were enough'}
          {solo && '; solo mode: one person held two roles'}
        </Fact>
        <Fact name="Models">{modelsInWords(report.environment)}</Fact>
        <Fact name="Budget entry">{budgetEntry ?? 'none: it cost nothing'}</Fact>
      </dl>
      {sides !== null && (
        <PageSection title="Figures">
          <GateFigures sides={sides} comparison={comparison} />
        </PageSection>
      )}
      <DocumentsOfGate report={report} />
      <AskedOfModels gate={gate} />
      <MeasureAgain report={report} />
      <Audit report={report} />
    </>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** For custodians: the one look at audit, when the change is merged. */
function Audit({ report: { gate, audit, overridden, deployable } }: { report: GateReport }) {
  const { may } = useMe()
  const queries = useQueryClient()
  const said = useRef<HTMLParagraphElement>(null)
  const start = useMutation(
    api.gates.audit.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.gates.key() }),
    }),
  )
  useEffect(() => {
    // The button that did it is gone.
    if (start.isSuccess) said.current?.focus({ preventScroll: true })
  }, [start.isSuccess])
  const isLetIn = gate.verdict === 'PASS' || overridden === true
  const isToDo = audit === null || audit.state === 'failed'
  if (!may('gates:write')) return null
  return (
    <PageSection title="Audit">
      <p role="status" ref={said} tabIndex={-1}>
        {audit === null ? 'It was not looked at on audit.' : `On audit: ${resultOf(audit)}.`}{' '}
        {audit?.walls && `Kept apart by ${wallsInWords(audit.walls)}. `}
        {overridden && 'An approver has let it in, although it could not be told. '}
        {deployable ? 'It may be deployed.' : 'It may not be deployed.'}
      </p>
      {isLetIn && isToDo && (
        <Button
          size="compact-sm"
          variant="default"
          loading={start.isPending}
          onClick={() => start.mutate({ gate: gate.id })}
        >
          {audit === null ? 'It is merged: look at audit, once' : 'Look at audit again'}
        </Button>
      )}
      {start.error !== null && <Failure sentence={sentenceOf(start.error)} />}
    </PageSection>
  )
}
