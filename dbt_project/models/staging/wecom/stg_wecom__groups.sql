with

source as (

    select * from {{ source('landing', 'wecom_group') }}

),

newest as (

    {{ dedupe('source', key=['chat_id']) }}

),

final as (

    select
        ---------- ids
        cast(chat_id as string) as chat_id,

        ---------- numbers
        cast(group_status as bigint) as group_status,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
