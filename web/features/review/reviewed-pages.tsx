import { useMemo } from 'react'
import { PdfView } from '../../components/pdf/pdf-view.tsx'
import type { Zoom } from '../../components/pdf/use-page-layout.ts'
import type { Painting } from '../../components/pdf/use-painter.ts'
import type { DocumentViewProps } from './document-view.ts'

type Props = DocumentViewProps & { zoom: Zoom; painting: Painting }

/** The pages of a PDF with its issues marked on them. */
export function ReviewedPages({ document, issues, colours, ...view }: Props) {
  const marks = useMemo(
    () =>
      issues.map(({ issue, status }) => ({
        id: issue.id,
        status,
        colour: colours.get(issue.agent) ?? 0,
        places: issue.location.quads,
      })),
    [issues, colours],
  )
  return <PdfView {...view} name={document.name} pages={document.pages} marks={marks} />
}
