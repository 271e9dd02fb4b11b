with

source as (

    select * from {{ source('landing', 'wecom_acquisition_customer') }}

),

newest as (

    {{ dedupe('source', key=['external_userid', 'staff_userid']) }}

),

final as (

    select
        ---------- ids
        cast(external_userid as string) as external_userid,
        cast(staff_userid as string) as staff_userid,

        ---------- text
        cast(state as string) as state,

        ---------- numbers
        cast(chat_status as bigint) as chat_status,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
