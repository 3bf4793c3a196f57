import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Split } from '../../../src/schema/access.ts'
import { PageSection, Quiet } from '../../components/page.tsx'

type Props<Shown extends Split> = {
  title: string
  splits: readonly Shown[]
  /** What a button says. */
  verb: (split: Shown) => string
  children: (split: Shown) => ReactNode
}

/** Of one split, once somebody asks: each look is in the audit log. */
export function ShownSplit<Shown extends Split>({ title, splits, verb, children }: Props<Shown>) {
  const [shown, show] = useState<Shown | null>(null)
  return (
    <PageSection title={title}>
      <Quiet>
        {splits.map((split) => (
          <Button
            key={split}
            size="compact-sm"
            variant="default"
            mr="xs"
            aria-pressed={shown === split}
            onClick={() => show(split)}
          >
            {verb(split)}
          </Button>
        ))}
      </Quiet>
      {shown !== null && children(shown)}
    </PageSection>
  )
}
