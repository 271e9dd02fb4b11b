{{ config(severity='warn') }}

-- a statement about an identifier that no list names is nobody's: extend the var `consent_subjects`
select
    _source_file,
    min(_line_number) as first_line,
    count(*) as statement_count
from {{ ref('stg_consent__ledger_entries') }}
where
    {{ subject_namespace('subject_type') }} is null
    and lower(trim(subject_type)) != 'openid'
group by _source_file
