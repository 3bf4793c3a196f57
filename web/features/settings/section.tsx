import { Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import { sentenceOf } from '../../api.ts'
import { Failure } from '../../components/failure.tsx'
import classes from './settings.module.css'

type Props = {
  title: string
  explanation?: string
  query: { isPending: boolean; error: unknown }
  children: ReactNode
}

/** A part of the settings, with what it shows while it loads and when that fails. */
export function Section({ title, explanation, query, children }: Props) {
  return (
    <section className={classes.section} aria-label={title}>
      <h2>{title}</h2>
      {explanation !== undefined && <p className={classes.quiet}>{explanation}</p>}
      {query.isPending && <Skeleton height={60} radius="sm" />}
      {query.error !== null && <Failure sentence={sentenceOf(query.error)} />}
      {children}
    </section>
  )
}
