-- Labels of one person for one text of a dataset, beside its versions: several people label it apart.
create table dataset_label_sets (
  dataset text not null references datasets (name),
  example text not null,
  document text not null,
  person text not null,
  -- Who has abstained sees the labels of others and gives none.
  state text not null check (state in ('draft', 'handed-in', 'abstained')),
  issues text not null,
  -- Counts how often it was saved: of two that change the same one, one wins.
  revision bigint not null,
  changed_at bigint not null,
  settled_by text,
  settled_at bigint,
  primary key (dataset, example, document, person)
);
create index dataset_label_sets_by_document on dataset_label_sets (document);

-- To whom datasets were handed on, one after the other; until then one is of who made it.
create table dataset_owners (
  dataset text not null references datasets (name),
  -- Of two that hand on the same one at once, one wins.
  sequence bigint not null,
  owner text not null,
  given_by text not null,
  created_at bigint not null,
  primary key (dataset, sequence)
);
