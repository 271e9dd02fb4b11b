with

source as (

    select * from {{ source('landing', 'corner_order') }}

),

newest as (

    {{ dedupe('source', key=['order_id']) }}

),

final as (

    select
        ---------- ids
        cast('corner:' || order_id as string) as order_id,
        cast(order_id as string) as source_order_id,

        ---------- text
        cast(status as string) as status,
        cast(phone as string) as phone,

        ---------- numbers
        cast(paid_amount as decimal(18, 2)) as paid_amount,

        ---------- timestamps
        cast(paid_at as timestamp) as paid_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
