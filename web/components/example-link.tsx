import { Link } from '@tanstack/react-router'

type Props = { dataset: string; version: string; id: string }

export function ExampleLink({ dataset, version, id }: Props) {
  return (
    <Link
      to="/datasets/$dataset/versions/$version/example"
      params={{ dataset, version }}
      search={{ id }}
    >
      <bdi>{id}</bdi>
    </Link>
  )
}
