with

source as (

    select * from {{ source('landing', 'wecom_customer_id') }}

),

newest as (

    {{ dedupe('source', key=['external_userid']) }}

),

final as (

    select
        ---------- ids
        cast(external_userid as string) as external_userid,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
