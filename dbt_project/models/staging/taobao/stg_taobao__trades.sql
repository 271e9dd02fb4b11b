with

source as (

    select * from {{ source('landing', 'taobao_trade_api') }}

),

newest as (

    {{ dedupe('source', key=['order_id'], updated_at='updated_at') }}

),

final as (

    select
        ---------- ids
        cast('taobao:' || order_id as string) as order_id,
        cast(order_id as string) as source_order_id,
        cast(taobao_open_uid as string) as taobao_open_uid,

        ---------- text
        cast(buyer_nick_masked as string) as buyer_nick_masked,
        cast(status as string) as status,
        cast(receiver_phone as string) as receiver_phone,
        cast(receiver_name as string) as receiver_name,
        cast(province as string) as province,
        cast(city as string) as city,
        cast(items as string) as items,

        ---------- numbers
        cast(paid_amount as decimal(18, 2)) as paid_amount,
        cast(total_amount as decimal(18, 2)) as total_amount,
        cast(postage as decimal(18, 2)) as postage,

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
