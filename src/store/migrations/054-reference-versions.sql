-- Which versions of a flow others are compared with. The newest baseline counts; there is one anchor.
create table reference_versions (
  flow text not null,
  role text not null check (role in ('baseline', 'anchor')),
  sequence bigint not null,
  version text not null references flow_versions (hash),
  marked_by text not null,
  marked_at bigint not null,
  primary key (flow, role, sequence),
  check (role <> 'anchor' or sequence = 0)
);
