with

source as (

    select * from {{ source('landing', 'mochat_fission') }}

),

newest as (

    {{ dedupe('source', key=['node_id'], updated_at='updated_at') }}

),

final as (

    select
        ---------- ids
        cast(node_id as string) as node_id,
        cast(campaign_id as string) as campaign_id,
        cast(unionid as string) as unionid,
        cast(external_userid as string) as external_userid,
        cast(parent_node_id as string) as parent_node_id,

        ---------- text
        cast(nickname as string) as nickname,

        ---------- numbers
        cast(depth as bigint) as tree_depth,
        cast(invited as bigint) as invited,

        ---------- booleans
        cast(is_lost = 1 as boolean) as is_lost,
        cast(is_new = 1 as boolean) as is_new,

        ---------- timestamps
        cast(joined_at as timestamp) as joined_at,
        cast(updated_at as timestamp) as updated_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
