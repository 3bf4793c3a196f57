-- Which examples of these versions were made of a document: past those of other splits and of versions that the reader may
-- not see. Most examples were imported, and have no document.
drop index dataset_entries_by_source;
create index dataset_entries_by_source on dataset_entries (source_document, split, version)
where source_document is not null;
