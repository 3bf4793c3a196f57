import { Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import { sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import { PageSection, Quiet } from '../../components/page.tsx'
import classes from './settings.module.css'

type Props = {
  title: string
  explanation?: ReactNode
  /** Whose the fields are, where one only reads them. */
  changedBy?: string
  query: { isPending: boolean; error: unknown }
  children: ReactNode
}

/** A part of the settings, with what it shows while it loads and when that fails. */
export function Section({ title, explanation, changedBy, query, children }: Props) {
  return (
    <PageSection title={title}>
      {explanation !== undefined && <Quiet>{explanation}</Quiet>}
      {changedBy !== undefined && <Quiet>Only {changedBy} can change it.</Quiet>}
      <div className={classes.parts}>
        {query.isPending && <Skeleton height={60} radius="sm" />}
        {query.error !== null && <Failure sentence={sentenceOf(query.error)} />}
        {children}
      </div>
    </PageSection>
  )
}
