import { NativeSelect, type NativeSelectProps } from '@mantine/core'

type Props<Value extends string> = Omit<NativeSelectProps, 'data' | 'onChange' | 'value'> & {
  data: readonly { value: Value; label: string }[]
  value: Value
  onChange: (value: Value) => void
}

/** One of a few. */
export function SelectField<Value extends string>({ data, onChange, ...props }: Props<Value>) {
  return (
    <NativeSelect
      size="xs"
      {...props}
      data={[...data]}
      // It has no values but those of `data`.
      onChange={({ currentTarget }) => onChange(currentTarget.value as Value)}
    />
  )
}
