with

source as (

    select * from {{ source('landing', 'wecom_group_member') }}

),

newest as (

    {{ dedupe('source', key=['chat_id', 'member_id']) }}

),

final as (

    select
        ---------- ids
        cast(chat_id as string) as chat_id,
        cast(member_id as string) as member_id,
        cast(unionid as string) as unionid,
        cast(invited_by as string) as invited_by,
        cast(owner_userid as string) as owner_userid,

        ---------- text
        cast(group_nickname as string) as group_nickname,
        cast(nickname as string) as nickname,
        cast(state as string) as state,
        cast(group_name as string) as group_name,

        ---------- numbers
        cast(member_type as bigint) as member_type,
        cast(join_scene as bigint) as join_scene,

        ---------- timestamps
        cast(joined_at as timestamp) as joined_at,
        cast(group_created_at as timestamp) as group_created_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
