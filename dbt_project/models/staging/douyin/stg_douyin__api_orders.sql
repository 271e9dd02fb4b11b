with

source as (

    select * from {{ source('landing', 'douyin_order_api') }}

),

newest as (

    {{ dedupe('source', key=['order_id'], updated_at='updated_at') }}

),

final as (

    select
        ---------- ids
        cast('douyin:' || order_id as string) as order_id,
        cast(order_id as string) as source_order_id,
        cast(doudian_open_id as string) as doudian_open_id,
        cast(shop_id as string) as shop_id,

        ---------- text
        cast(phone_cipher as string) as phone_cipher,
        cast(province as string) as province,
        cast(city as string) as city,
        cast(items as string) as items,

        ---------- numbers
        cast(paid_amount as decimal(18, 2)) as paid_amount,
        cast(order_amount as decimal(18, 2)) as order_amount,
        cast(status as bigint) as status,
        cast(freight_amount as decimal(18, 2)) as freight_amount,

        ---------- timestamps
        cast(created_at as timestamp) as created_at,
        cast(paid_at as timestamp) as paid_at,
        cast(updated_at as timestamp) as updated_at,
        cast(finished_at as timestamp) as finished_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
