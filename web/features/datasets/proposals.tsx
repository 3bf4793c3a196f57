import { Checkbox, Group, Table } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type {
  Merged as MergedVersion,
  ProposalEntry,
} from '../../../src/schema/api/dataset-proposals.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { api, sentenceOf } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Failure } from '../../components/failure.tsx'
import { PageSection, Quiet, Unseen } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { ScrollTable } from '../../components/scroll-table.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { ConfirmShowing } from './confirm-showing.tsx'
import classes from './datasets.module.css'
import { AddedNote } from './import-form.tsx'
import { RotationDialog } from './rotation-dialog.tsx'
import { splitWords } from './split-sizes.tsx'

const splitChoices = [
  { value: 'own', label: 'each into its own split' },
  { value: 'evaluation', label: 'all into evaluation' },
  { value: 'test', label: 'all into test' },
  { value: 'audit', label: 'all into audit' },
] as const
type SplitChoice = (typeof splitChoices)[number]['value']

type Props = { dataset: string; hasTest: boolean }

/** Documents that are fully reviewed, to be taken into the next version or declined; and the rotation. */
export function Proposals({ dataset, hasTest }: Props) {
  const query = useQuery(api.datasets.proposals.queryOptions({ input: { dataset } }))
  const proposals = query.data?.items ?? []
  const [ticked, setTicked] = useState<string[]>([])
  const [retiring, setRetiring] = useState(false)
  const [split, setSplit] = useState<SplitChoice>('own')
  const { merge, decline } = useDeciding(() => setTicked([]))
  const reviews = proposals.map(({ review }) => review).filter((one) => ticked.includes(one))
  const busy = merge.isPending || decline.isPending
  return (
    <PageSection title="Proposals">
      <Quiet>
        Documents that are fully reviewed: somebody has read all of them, and every issue is judged.
        A document keeps the split that it came into, unless you say another one.
      </Quiet>
      <ListPending what="the proposals" query={query} />
      {query.data !== undefined && proposals.length === 0 && (
        <Quiet>Nothing is proposed now.</Quiet>
      )}
      {proposals.length > 0 && (
        <ProposalsTable proposals={proposals} ticked={ticked} onTick={setTicked} />
      )}
      {query.data?.more === true && <Quiet>There are more; decide on these first.</Quiet>}
      <Group gap="xs" mt="xs">
        {proposals.length > 0 && (
          <>
            <SelectField
              aria-label="Split of what is added"
              value={split}
              onChange={setSplit}
              data={splitChoices}
            />
            <Button
              size="compact-sm"
              disabled={reviews.length === 0 || busy}
              onClick={() => merge.mutate({ dataset, reviews, ...(split !== 'own' && { split }) })}
            >
              Add {reviews.length} of {proposals.length} as a new version
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              disabled={reviews.length === 0 || busy}
              onClick={() => decline.mutate({ dataset, reviews })}
            >
              Decline {reviews.length}
            </Button>
          </>
        )}
        {hasTest && (
          <Button
            size="compact-sm"
            variant="default"
            disabled={busy}
            onClick={() => setRetiring(true)}
          >
            Let a third of test retire
          </Button>
        )}
      </Group>
      {!retiring &&
        [merge.error, decline.error].map((error, index) =>
          error === null ? null : <Failure key={index} sentence={sentenceOf(error)} />,
        )}
      {!retiring && (
        <ConfirmShowing
          sending={merge}
          onConfirm={() => {
            if (merge.variables !== undefined)
              merge.mutate({ ...merge.variables, showHidden: true })
          }}
        />
      )}
      {merge.data !== undefined && <Merged added={merge.data} />}
      {retiring && (
        <RotationDialog
          dataset={dataset}
          proposals={proposals}
          ticked={reviews}
          doing={merge}
          onConfirm={(rotation) =>
            merge.mutate(
              { dataset, ...rotation, rotate: true },
              // What it would show elsewhere is confirmed apart.
              { onSettled: () => setRetiring(false) },
            )
          }
          close={() => setRetiring(false)}
        />
      )}
    </PageSection>
  )
}

function Merged({
  added,
}: {
  added: Parameters<typeof AddedNote>[0]['added'] & Pick<MergedVersion, 'retired' | 'test'>
}) {
  return (
    <>
      <AddedNote added={added} />
      {added.retired > 0 && (
        <Quiet>
          {count(added.retired, 'group')} retired from test into evaluation: test{' '}
          {added.test.before} → {added.test.after} groups, {added.test.refilled} refilled.
        </Quiet>
      )}
    </>
  )
}

function useDeciding(onDone: () => void) {
  const queries = useQueryClient()
  const onSuccess = (): Promise<void> => {
    onDone()
    return queries.invalidateQueries({ queryKey: api.datasets.key() })
  }
  const merge = useMutation(api.datasets.merge.mutationOptions({ onSuccess }))
  const decline = useMutation(api.datasets.decline.mutationOptions({ onSuccess }))
  return { merge, decline }
}

type TableProps = {
  proposals: ProposalEntry[]
  ticked: string[]
  onTick: (reviews: string[]) => void
}

function ProposalsTable({ proposals, ticked, onTick }: TableProps) {
  const reviews = proposals.map(({ review }) => review)
  const all = reviews.every((review) => ticked.includes(review))
  const toggle = (review: string): void =>
    onTick(ticked.includes(review) ? ticked.filter((one) => one !== review) : [...ticked, review])
  return (
    <ScrollTable name="List of proposals" highlightOnHover miw={620}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>
            <Checkbox
              size="xs"
              aria-label="Tick all"
              checked={all}
              indeterminate={!all && ticked.length > 0}
              onChange={() => onTick(all ? [] : reviews)}
            />
          </Table.Th>
          <Table.Th>Document</Table.Th>
          <Table.Th>Split</Table.Th>
          <Table.Th>Would be</Table.Th>
          <Table.Th data-number>Issues</Table.Th>
          <Table.Th>Verdicts</Table.Th>
          <Table.Th>Read by</Table.Th>
          <Table.Th>
            <Unseen>Review</Unseen>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {proposals.map((proposal) => (
          <Table.Tr key={proposal.review}>
            <Table.Td>
              <Checkbox
                size="xs"
                aria-label={`Tick ${proposal.name}`}
                checked={ticked.includes(proposal.review)}
                onChange={() => toggle(proposal.review)}
              />
            </Table.Td>
            <Table.Th scope="row" title={proposal.sha256}>
              <bdi>{proposal.name}</bdi>
            </Table.Th>
            <Table.Td>{splitWords[proposal.split]}</Table.Td>
            <Table.Td>{proposal.relabels ? 'labelled anew' : 'a new example'}</Table.Td>
            <Table.Td data-number>{proposal.issues}</Table.Td>
            <Table.Td className={classes.changes}>{verdictsInWords(proposal.verdicts)}</Table.Td>
            <Table.Td className={classes.changes}>
              {proposal.readBy.map(({ name }) => name).join(', ')}
            </Table.Td>
            <Table.Td>
              <Link
                to="/reviews/$review"
                params={{ review: proposal.review }}
                aria-label={`Review of ${proposal.name}`}
              >
                Review
              </Link>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrollTable>
  )
}

function verdictsInWords(verdicts: ProposalEntry['verdicts']): string {
  const told = Object.entries(verdicts).filter(([, number]) => number > 0)
  return told.map(([kind, number]) => `${number} ${kind}`).join(', ') || 'nothing was found'
}
