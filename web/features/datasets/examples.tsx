import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Split } from '../../../src/schema/access.ts'
import type { DatasetVersionEntry } from '../../../src/schema/api/dataset-version.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { api } from '../../api.ts'
import { ListPending } from '../../components/page-pending.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { ShowMore } from '../../components/show-more.tsx'
import classes from './datasets.module.css'
import { ExampleItem } from './example-item.tsx'
import { splitWords } from './split-sizes.tsx'
import { typeColours } from './type-colours.ts'

/** Examples by id, some at a time, with what is labelled in them. */
export function Examples({ version }: { version: DatasetVersionEntry }) {
  const { splits } = version
  const [split, setSplit] = useState<Split | ''>('')
  const query = useExamples(version, split)
  const examples = query.data?.pages.flatMap(({ items }) => items)
  const colours = typeColours(splits.flatMap(({ types }) => types))
  const all = splits
    .filter((size) => split === '' || size.split === split)
    .reduce((sum, size) => sum + size.examples, 0)
  return (
    <>
      <div className={classes.above}>
        {splits.length > 1 && (
          <SelectField
            aria-label="Of which split"
            value={split}
            onChange={setSplit}
            data={[
              { value: '', label: 'Of all splits' },
              ...splits.map((size) => ({ value: size.split, label: splitWords[size.split] })),
            ]}
          />
        )}
        {examples !== undefined && (
          <p className={classes.quiet} role="status">
            {examples.length} of {count(all, 'example')}
          </p>
        )}
      </div>
      <ListPending what="the examples" query={query} />
      <ol className={classes.examples}>
        {examples?.map((example) => (
          <ExampleItem key={example.id} example={example} version={version} colours={colours} />
        ))}
      </ol>
      <ShowMore query={query} label="More examples" />
    </>
  )
}

function useExamples({ dataset, hash }: DatasetVersionEntry, split: Split | '') {
  return useInfiniteQuery(
    api.datasets.examples.infiniteOptions({
      input: (after: string | undefined) => ({
        dataset,
        version: hash,
        after,
        limit: 10,
        ...(split !== '' && { split }),
      }),
      initialPageParam: undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
      // A version never changes.
      staleTime: Infinity,
    }),
  )
}
