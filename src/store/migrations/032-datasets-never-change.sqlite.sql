create trigger datasets_never_change before update on datasets
begin select raise(abort, 'datasets never change'); end;
create trigger datasets_never_go before delete on datasets
begin select raise(abort, 'datasets never change'); end;

create trigger dataset_versions_never_change before update on dataset_versions
begin select raise(abort, 'versions of datasets never change'); end;
create trigger dataset_versions_never_go before delete on dataset_versions
begin select raise(abort, 'versions of datasets never change'); end;

create trigger dataset_version_splits_never_change before update on dataset_version_splits
begin select raise(abort, 'versions of datasets never change'); end;
create trigger dataset_version_splits_never_go before delete on dataset_version_splits
begin select raise(abort, 'versions of datasets never change'); end;

-- What was written for a version that then was not made may be cleared away.
create trigger dataset_entries_never_change before update on dataset_entries
begin select raise(abort, 'versions of datasets never change'); end;
create trigger dataset_entries_never_go before delete on dataset_entries
when exists (select 1 from dataset_versions where id = old.version)
begin select raise(abort, 'versions of datasets never change'); end;

create trigger dataset_texts_never_change before update on dataset_texts
begin select raise(abort, 'texts of datasets never change'); end;
create trigger dataset_labels_never_change before update on dataset_labels
begin select raise(abort, 'texts of datasets never change'); end;

create trigger dataset_shown_never_changes before update on dataset_shown
begin select raise(abort, 'what was shown never changes'); end;
create trigger dataset_shown_never_goes before delete on dataset_shown
begin select raise(abort, 'what was shown never changes'); end;
