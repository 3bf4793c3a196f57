import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { GateReport } from '../../../src/schema/api/gates.ts'
import { signedPoints } from '../../../src/schema/figure-words.ts'
import { api, sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import { Page, PageSection, Quiet } from '../../components/page.tsx'
import { PageFailure, PageLoading } from '../../components/page-states.tsx'
import { useMe } from '../../components/use-me.ts'
import { VerdictBox } from '../../components/verdict-box.tsx'
import { resultOf } from './audits.tsx'
import { GateFigures } from './gate-figures.tsx'
import { modelsInWords, reasonInWords, verdictInWords } from './gate-words.ts'
import classes from './gates.module.css'

/** Verdict, reasons and figures of one gate, for who decides. Each look is in the audit log. */
export function GatePage() {
  const { gate } = useParams({ from: '/shell/gates/$gate' })
  const { data, error } = useQuery(
    api.gates.get.queryOptions({ input: { gate }, refetchOnWindowFocus: false }),
  )
  return (
    <Page name="One gate" back={{ to: '/gates', label: 'All gates' }}>
      {error !== null && (
        <PageFailure title="The gate cannot be shown" sentence={sentenceOf(error)} />
      )}
      {data === undefined && error === null && <PageLoading words="Loading the gate" />}
      {data !== undefined && <Report report={data} />}
    </Page>
  )
}

function Report({ report }: { report: GateReport }) {
  const { gate, comparison, meaning, reasons, repeats } = report
  const { candidate, baseline, anchor, author, walls, solo, budgetEntry } = gate
  return (
    <>
      <VerdictBox
        verdict={gate.verdict}
        reasons={comparison?.reasonsInWords ?? reasons.map(reasonInWords)}
      >
        <p>
          <strong>{verdictInWords(gate.verdict)}</strong>
          {gate.cause !== null && gate.cause !== 'quality' && ` (${gate.cause})`}
        </p>
        <p>{meaning}</p>
      </VerdictBox>
      <Pooled report={report} />
      <dl className={classes.facts}>
        <Fact name="Asked by">
          <bdi>{author.name}</bdi>
        </Fact>
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
          {walls.isolation}, {walls.boundary}
          {solo && '; solo mode: one person held two roles'}
        </Fact>
        <Fact name="Models">{modelsInWords(report.environment)}</Fact>
        <Fact name="Budget entry">{budgetEntry ?? 'none: it cost nothing'}</Fact>
      </dl>
      {report.sides !== null && <GateFigures sides={report.sides} comparison={comparison} />}
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

function Pooled({ report: { comparison } }: { report: GateReport }) {
  if (comparison === null || comparison.pooled === null) return null
  const { delta, lower95, upper975 } = comparison.pooled
  return (
    <Quiet>
      All agents together {signedPoints(delta)} points of F0.5 [{signedPoints(lower95)} at 95 %,{' '}
      {signedPoints(upper975)} at 97.5 %] on {comparison.documents} documents.
    </Quiet>
  )
}

/** For custodians: the one look at audit, when the change is merged. */
function Audit({ report: { gate, audit, deployable } }: { report: GateReport }) {
  const { may } = useMe()
  const queries = useQueryClient()
  const start = useMutation(
    api.gates.audit.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.gates.key() }),
    }),
  )
  if (!may('gates:write')) return null
  return (
    <PageSection title="Audit">
      <p role="status">
        {audit === null ? 'It was not looked at on audit.' : `On audit: ${resultOf(audit)}.`}{' '}
        {deployable ? 'It may be deployed.' : 'It may not be deployed.'}
      </p>
      {(audit === null || audit.state === 'failed') && (
        <Button
          size="compact-sm"
          variant="default"
          loading={start.isPending}
          onClick={() => start.mutate({ gate: gate.id })}
        >
          It is merged: look at audit, once
        </Button>
      )}
      {start.error !== null && <Failure sentence={sentenceOf(start.error)} />}
    </PageSection>
  )
}
