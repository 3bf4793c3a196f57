import { Textarea, type TextareaProps } from '@mantine/core'

type Props = Omit<TextareaProps, 'onChange' | 'value' | 'rows'> & {
  value: string
  onChange: (text: string) => void
}

/** Some sentences, in a field that grows with them. */
export function WordsField({ onChange, ...props }: Props) {
  return (
    <Textarea
      size="sm"
      mt={6}
      autosize
      minRows={1}
      maxRows={8}
      maxLength={10_000}
      {...props}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  )
}

/** For a field that is written in first; the page must not jump to it. */
export function focusAtOnce(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true })
}
