import { Checkbox, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type {
  ProposalEntry,
  RotationPlan,
  TestSize,
} from '../../../src/schema/api/dataset-proposals.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { api, sentenceOf } from '../../api.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Failure } from '../../components/failure.tsx'
import { RowsLoading } from '../../components/page-states.tsx'
import classes from './datasets.module.css'

type Props = {
  dataset: string
  proposals: readonly ProposalEntry[]
  /** Reviews whose proposals are added in any case. */
  ticked: readonly string[]
  doing: { isPending: boolean; error: unknown }
  onConfirm: (rotation: { reviews: string[]; version: string }) => void
  close: () => void
}

/** Tells what a rotation comes to before it is done, since nothing that retires comes back. */
export function RotationDialog({ dataset, proposals, ticked, doing, onConfirm, close }: Props) {
  const [refills, setRefills] = useState(false)
  const others = proposals
    .filter(({ review, split }) => split === 'test' && !ticked.includes(review))
    .map(({ review }) => review)
  const reviews = refills ? [...ticked, ...others] : [...ticked]
  const plan = useQuery(api.datasets.planRotation.queryOptions({ input: { dataset, reviews } }))
  const { data, error } = plan
  return (
    <ConfirmDialog
      title="Let a third of test retire?"
      keep="Cancel"
      confirm="Retire a third"
      doing={doing}
      waits={data === undefined || error !== null}
      onConfirm={() => {
        if (data !== undefined) onConfirm({ reviews, version: data.version })
      }}
      close={close}
      details={
        <>
          {others.length > 0 && (
            <Checkbox
              size="xs"
              my="xs"
              label={`Refill test: add ${count(others.length, 'other proposal')} that ${others.length === 1 ? 'comes' : 'come'} into it`}
              checked={refills}
              onChange={({ currentTarget }) => setRefills(currentTarget.checked)}
            />
          )}
          {error !== null && <Failure sentence={sentenceOf(error)} />}
          {error === null && data === undefined && <RowsLoading words="Loading the sizes" />}
          {error === null && data !== undefined && <PlanTable plan={data} />}
        </>
      }
    >
      A third of the groups of test, drawn by the key, goes into evaluation, where engineers see
      them for ever.{' '}
      {ticked.length > 0 &&
        `${count(ticked.length, 'ticked proposal')} will be added with the same version. `}
      Baseline and anchor are measured on the new test.
    </ConfirmDialog>
  )
}

function PlanTable({ plan: { before, retiring, refilled, after } }: { plan: RotationPlan }) {
  return (
    <Table className={classes.plan ?? ''} mt="xs" verticalSpacing={5} aria-label="What it comes to">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Test</Table.Th>
          <Table.Th data-number>Groups</Table.Th>
          <Table.Th data-number>Examples</Table.Th>
          <Table.Th data-number>Issues</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        <SizeRow what="holds now" size={before} />
        <SizeRow what="would retire" size={retiring} />
        <SizeRow what="would come in" size={refilled} />
        <SizeRow what="would hold then" size={after} />
      </Table.Tbody>
    </Table>
  )
}

function SizeRow({ what, size }: { what: string; size: TestSize }) {
  return (
    <Table.Tr>
      <Table.Th scope="row">{what}</Table.Th>
      <Table.Td data-number>{size.groups}</Table.Td>
      <Table.Td data-number>{size.examples}</Table.Td>
      <Table.Td data-number>{size.issues}</Table.Td>
    </Table.Tr>
  )
}
