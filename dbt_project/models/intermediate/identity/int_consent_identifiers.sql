{{ config(materialized='handoff') }}

with

ledger_entries as (

    select
        *,
        {{ subject_namespace('subject_type') }} as namespace,
        {{ subject_identifier() }} as identifier
    from {{ ref('stg_consent__ledger_entries') }}
    -- an openid is left out: the ledger does not say whether it is the account's or the program's
    where {{ subject_namespace('subject_type') }} is not null

),

ledger_sightings as (

    {{
        sightings(
            'ledger_entries',
            columns=['subject_type', 'subject_id', 'namespace', 'identifier'],
            seen_at='effective_at'
        )
    }}

),

ledger as (

    {{
        identifier_rows(
            'ledger_sightings',
            source='consent_ledger',
            record="'consent_ledger:' || subject_type || ':' || subject_id",
            rule='consent_statement',
            seen_at='seen_at',
            identifiers=[
                {'namespace_column': 'namespace', 'column': 'identifier', 'strength': 'strong'},
            ]
        )
    }}

),

reply_sightings as (

    {{ sightings(ref('stg_sms__replies'), columns=['phone'], seen_at='received_at') }}

),

replies as (

    {{
        identifier_rows(
            'reply_sightings',
            source='sms_reply',
            record="'sms_reply:' || phone",
            rule='sms_reply',
            seen_at='seen_at',
            identifiers=[{'namespace': 'phone', 'column': 'phone', 'strength': 'strong'}]
        )
    }}

),

final as (

    select * from ledger
    union all
    select * from replies

)

select * from final
