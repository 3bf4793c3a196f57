import { NumberInput, type NumberInputProps } from '@mantine/core'

type Props = Omit<NumberInputProps, 'onChange' | 'value' | 'defaultValue'> & {
  /** What it begins with; after that it keeps what is typed, "0.0" on the way to "0.05", too. */
  initial: number | null
  /** Null: it is empty. */
  onChange: (value: number | null) => void
}

export function NumberField({ initial, onChange, ...props }: Props) {
  return (
    <NumberInput
      size="xs"
      min={0}
      {...props}
      defaultValue={initial ?? ''}
      onChange={(typed) => onChange(typed === '' ? null : Number(typed))}
    />
  )
}
