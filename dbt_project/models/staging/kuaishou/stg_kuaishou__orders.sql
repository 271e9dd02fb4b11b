with

source as (

    select * from {{ source('landing', 'kuaishou_order') }}

),

newest as (

    {{ dedupe('source', key=['order_id']) }}

),

final as (

    select
        ---------- ids
        cast('kuaishou:' || order_id as string) as order_id,
        cast(order_id as string) as source_order_id,
        cast(item_id as string) as item_id,
        cast(author_id as string) as author_id,
        cast(sku_code as string) as sku_code,

        ---------- text
        cast(status as string) as status,
        cast(item_title as string) as item_title,
        cast(receiver_phone as string) as receiver_phone,
        cast(province as string) as province,
        cast(city as string) as city,
        cast(aftersale_status as string) as aftersale_status,
        cast(receiver_name as string) as receiver_name,

        ---------- numbers
        cast(paid_amount as decimal(18, 2)) as paid_amount,
        cast(quantity as bigint) as quantity,
        cast(freight_amount as decimal(18, 2)) as freight_amount,
        cast(price as decimal(18, 2)) as price,

        ---------- timestamps
        cast(created_at as timestamp) as created_at,
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
