with

callbacks as (

    select * from {{ ref('stg_wecom__events') }}

),

member_changes as (

    {{ unnest_json('callbacks', 'changed_members') }}

),

group_changes as (

    select
        substr(_content_hash, 1, 20) || '-' || cast(item_position as string) as event_id,
        'wecom_event' as source,
        'wecom_group' as channel,
        case update_detail when 'add_member' then 'group_join' else 'group_leave' end as kind,
        update_detail = 'add_member' as is_engagement,
        update_detail as event_name,
        chat_id as subject,
        item as identifier,
        occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from member_changes
    where update_detail in ('add_member', 'del_member')

),

members as (

    select
        substr(_content_hash, 1, 24) as event_id,
        'wecom_group_member' as source,
        'wecom_group' as channel,
        'group_join' as kind,
        true as is_engagement,
        cast(join_scene as string) as event_name,
        chat_id as subject,
        member_id as identifier,
        joined_at as occurred_at,
        _source_file as source_file,
        _line_number as line_number
    from {{ ref('stg_wecom__group_members') }}
    where member_type = 2 and joined_at is not null

),

told as (

    select * from group_changes
    union all
    select * from members

),

-- callbacks and member lists both tell of one and the same membership
final as (

    select *
    from (
        select
            *,
            row_number() over (
                partition by identifier, subject, kind, {{ business_date('occurred_at') }}
                order by occurred_at, source, event_id
            ) as told_rank
        from told
    ) as ranked
    where told_rank = 1

)

select * from final
