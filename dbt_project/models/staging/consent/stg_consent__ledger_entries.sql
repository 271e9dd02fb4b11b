with

source as (

    select * from {{ source('landing', 'consent_ledger') }}

),

newest as (

    {{
        dedupe(
            'source',
            key=['subject_type', 'subject_id', 'purpose', 'channel', 'effective_at'],
            updated_at='recorded_at'
        )
    }}

),

final as (

    select
        ---------- ids
        cast(subject_id as string) as subject_id,

        ---------- text
        cast(subject_type as string) as subject_type,
        cast(purpose as string) as purpose,
        cast(channel as string) as channel,
        cast(status as string) as status,
        cast(basis as string) as basis,
        cast(evidence as string) as evidence,
        cast(source as string) as stated_by,
        cast(policy_version as string) as policy_version,
        cast(subject_phone as string) as subject_phone,

        ---------- timestamps
        cast(effective_at as timestamp) as effective_at,
        cast(recorded_at as timestamp) as recorded_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
