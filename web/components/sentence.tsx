import { Code } from '@mantine/core'
import { Fragment } from 'react'
import classes from './sentence.module.css'

/** A sentence of the server, in which backticks mean what is typed. */
export function Sentence({ text }: { text: string }) {
  return text.split(/`([^`]+)`/u).map((part, at) =>
    at % 2 === 1 ? (
      <Code key={at} className={classes.typed ?? ''}>
        {part}
      </Code>
    ) : (
      <Fragment key={at}>{part}</Fragment>
    ),
  )
}
