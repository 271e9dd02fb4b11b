with

source as (

    select * from {{ source('landing', 'taobao_member') }}

),

newest as (

    -- nicks come masked: many members share one
    {{ dedupe('source', key=['coalesce(taobao_open_uid, _content_hash)']) }}

),

final as (

    select
        ---------- ids
        cast(taobao_open_uid as string) as taobao_open_uid,

        ---------- text
        cast(buyer_nick_masked as string) as buyer_nick_masked,
        cast(status as string) as status,
        cast(member_level as string) as member_level,
        cast(group_ids as string) as group_ids,

        ---------- numbers
        cast(level_code as bigint) as level_code,
        cast(trade_count as bigint) as trade_count,
        cast(trade_amount as decimal(18, 2)) as trade_amount,
        cast(closed_trade_count as bigint) as closed_trade_count,
        cast(closed_trade_amount as decimal(18, 2)) as closed_trade_amount,

        ---------- timestamps
        cast(last_trade_at as timestamp) as last_trade_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
