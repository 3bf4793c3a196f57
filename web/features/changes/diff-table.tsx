import classes from './changes.module.css'
import { type DiffLine, type DiffPart, type DiffRow, unified } from './diff-rows.ts'
import { count } from '../../../src/schema/figure-words.ts'

type Props = { name: string; parts: DiffPart[]; isUnified: boolean }

/** Before on the left and after on the right, or one below the other. */
export function DiffTable({ name, parts, isUnified }: Props) {
  const columns = isUnified ? 3 : 4
  return (
    <table className={classes.diff} data-unified={isUnified} aria-label={`What differs in ${name}`}>
      <colgroup>
        <col className={classes.numbers} />
        <col className={isUnified ? classes.numbers : undefined} />
        {!isUnified && <col className={classes.numbers} />}
        <col />
      </colgroup>
      <thead className={classes.heads}>
        <tr>
          {isUnified ? (
            <>
              <th scope="col">Before</th>
              <th scope="col">After</th>
              <th scope="col">Text</th>
            </>
          ) : (
            <>
              <th scope="col" colSpan={2}>
                Before
              </th>
              <th scope="col" colSpan={2}>
                After
              </th>
            </>
          )}
        </tr>
      </thead>
      <tbody>
        {parts.map(({ kind, rows }, part) => {
          if (kind === 'left-out') {
            return (
              <tr key={part} className={classes.leftOut}>
                <td colSpan={columns}>{leftOutInWords(rows)}</td>
              </tr>
            )
          }
          if (isUnified) {
            return unified(rows).map((row, at) => <UnifiedRow key={`${part} ${at}`} row={row} />)
          }
          return rows.map((row, at) => <SidesRow key={`${part} ${at}`} row={row} />)
        })}
      </tbody>
    </table>
  )
}

function leftOutInWords(rows: DiffRow[]): string {
  const isSame = rows.every(({ kind }) => kind === 'same')
  return `${count(rows.length, isSame ? 'line' : 'more line')} ${isSame ? 'that did not change' : 'not shown'}`
}

function SidesRow({ row: { kind, before, after } }: { row: DiffRow }) {
  return (
    <tr>
      <Side line={before} change={kind === 'changed' ? 'removed' : undefined} />
      <Side line={after} change={kind === 'changed' ? 'added' : undefined} />
    </tr>
  )
}

type Change = 'removed' | 'added' | undefined

function Side({ line, change }: { line: DiffLine | null; change: Change }) {
  if (line === null) {
    return (
      <>
        <td className={classes.lineNumber} />
        <td className={classes.nothing} />
      </>
    )
  }
  return (
    <>
      <td className={classes.lineNumber}>{line.number}</td>
      <Text line={line} change={change} />
    </>
  )
}

function UnifiedRow({ row: { kind, before, after } }: { row: DiffRow }) {
  const line = after ?? before
  if (line === null) return null
  const change = kind === 'same' ? undefined : after === null ? 'removed' : 'added'
  return (
    <tr>
      <td className={classes.lineNumber}>{before?.number}</td>
      <td className={classes.lineNumber}>{after?.number}</td>
      <Text line={line} change={change} />
    </tr>
  )
}

function Text({ line, change }: { line: DiffLine; change: Change }) {
  const Changed = change === 'removed' ? 'del' : 'ins'
  return (
    <td className={classes.lineText} data-change={change}>
      {line.pieces.map(({ text, differs }, at) =>
        differs ? <Changed key={at}>{text}</Changed> : <span key={at}>{text}</span>,
      )}
    </td>
  )
}
